/** A document of many operations, shaped like those of large public APIs: CRUD on resources, shared schemas, enums. */

const operationsPerResource = 6;

/** An OpenAPI 3.0 document with about so many operations, always the same for the same number. */
export function syntheticDocument(operations) {
  const paths = {};
  const schemas = { Error: errorSchema(), Owner: ownerSchema() };
  for (let index = 0; index < operations / operationsPerResource; index += 1) {
    const name = `Resource${index}`;
    const tag = `group ${index % 40}`;
    schemas[name] = resourceSchema(index);
    schemas[`${name}Input`] = { ...resourceSchema(index), required: ["name"] };
    const collection = `/organizations/{organization}/resources-${index}`;
    paths[collection] = {
      parameters: [pathParameter("organization")],
      get: operation(name, "list", tag, { parameters: listParameters(), answer: listOf(name) }),
      post: operation(name, "create", tag, { body: `${name}Input`, answer: referenceTo(name) }),
    };
    paths[`${collection}/{id}`] = {
      parameters: [pathParameter("organization"), pathParameter("id")],
      get: operation(name, "get", tag, { answer: referenceTo(name) }),
      put: operation(name, "replace", tag, { body: `${name}Input`, answer: referenceTo(name) }),
      patch: operation(name, "update", tag, { body: name, answer: referenceTo(name) }),
      delete: operation(name, "delete", tag, {}),
    };
  }
  return {
    openapi: "3.0.3",
    info: { title: "Synthetic", version: "1.0.0" },
    servers: [{ url: "https://api.example.com/v1" }],
    paths,
    components: { schemas, securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    security: [{ token: [] }],
  };
}

function operation(name, verb, tag, { parameters, body, answer }) {
  return {
    tags: [tag],
    operationId: `${verb}${name}`,
    summary: `${verb} a ${name}`,
    description: `Lets a caller ${verb} a ${name}. The answer has the [fields](https://example.com/docs) of the resource as they are *after* the call.`,
    ...(parameters === undefined ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(referenceTo(body)) } }),
    responses: {
      200: { description: "Done", ...(answer === undefined ? {} : { content: json(answer) }) },
      default: { description: "Not done", content: json(referenceTo("Error")) },
    },
  };
}

function resourceSchema(index) {
  const properties = {
    id: { type: "string", format: "uuid", readOnly: true, description: "What the resource is known by." },
    name: { type: "string", minLength: 1, maxLength: 120, description: "What people call it." },
    state: {
      type: "string",
      enum: ["draft", "active", "suspended", "archived"],
      description: "Where it is in its life.",
    },
    created_at: { type: "string", format: "date-time", readOnly: true },
    owner: { nullable: true, allOf: [referenceTo("Owner")] },
    labels: { type: "object", additionalProperties: { type: "string" }, description: "Anything that its owner notes." },
    limits: { type: "object", properties: { soft: { type: "integer" }, hard: { type: "integer", nullable: true } } },
  };
  for (let field = 0; field < 12; field += 1) {
    properties[`field_${field}`] = {
      type: ["string", "integer", "boolean", "number"][(index + field) % 4],
      description: `Setting ${field} of the resource, which takes effect from the next full hour on.`,
    };
  }
  return { type: "object", description: `Resource number ${index}.`, required: ["id", "name"], properties };
}

function errorSchema() {
  return { type: "object", properties: { code: { type: "integer" }, message: { type: "string" } } };
}

function ownerSchema() {
  const properties = {
    login: { type: "string" },
    url: { type: "string", format: "uri" },
    manager: referenceTo("Owner"),
  };
  return { type: "object", description: "Who answers for a resource.", required: ["login"], properties };
}

function pathParameter(name) {
  return { name, in: "path", required: true, description: `The ${name}.`, schema: { type: "string" } };
}

function listParameters() {
  return [
    { name: "page", in: "query", description: "Page, from 1.", schema: { type: "integer", default: 1 } },
    { name: "per_page", in: "query", description: "Entries of a page.", schema: { type: "integer", maximum: 100 } },
    { name: "sort", in: "query", schema: { type: "array", items: { type: "string", enum: ["name", "created_at"] } } },
  ];
}

function listOf(name) {
  return { type: "array", items: referenceTo(name) };
}

function referenceTo(name) {
  return { $ref: `#/components/schemas/${name}` };
}

function json(schema) {
  return { "application/json": { schema } };
}
