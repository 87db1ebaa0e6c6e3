/** The query string: parameters `in: query` by style, and `in: querystring` as a whole (§4.8.12). */
import { isArray, isObject } from "./json-shape.js";
import { parseMediaType } from "../upstream/media-type.js";
import type { JsonObject, JsonValue, ParameterPlan } from "../data/model.js";
import { argumentValue } from "./argument.js";
import { contentText, formMediaType } from "./content.js";
import { expandPairs, type PairEncoding } from "./expansion.js";
import { percentEncode, percentEncodeReservedQuery } from "./percent.js";

const plain: PairEncoding = {
  name: percentEncode,
  value: percentEncode,
  // A comma may stand in a query; space, bar, tab and brackets may not (Appendix E).
  delimiter: (text) => (text === "," ? "," : percentEncode(text)),
};
const reserved: PairEncoding = { ...plain, value: percentEncodeReservedQuery };

/** Query without `?`, in the order of the plan; empty where no argument has a value. */
export function composeQuery(
  parameters: readonly ParameterPlan[],
  args: JsonObject,
): string {
  return parameters
    .flatMap((plan) => {
      const value = argumentValue(args, plan.argument);
      if (value === undefined || value === null) return [];
      if (plan.in === "query") return queryPairs(plan, value);
      return plan.in === "querystring" ? [wholeQuery(plan, value)] : [];
    })
    .filter((part) => part !== "")
    .join("&");
}

function queryPairs(plan: ParameterPlan, value: JsonValue): readonly string[] {
  if (plan.allowEmptyValue === true && isEmpty(value))
    return [`${percentEncode(plan.name)}=`];
  if (plan.mediaType !== undefined)
    return [
      `${percentEncode(plan.name)}=${percentEncode(contentText(plan.mediaType, value, plan.argument))}`,
    ];
  const encoding = plan.allowReserved === true ? reserved : plain;
  return expandPairs(plan, value, encoding).map(
    ([name, text]) => `${name}=${text}`,
  );
}

/** A form is a query as it is; any other media type is percent-encoded as one piece (Appendix E). */
function wholeQuery(plan: ParameterPlan, value: JsonValue): string {
  const mediaType = plan.mediaType ?? formMediaType;
  const text = contentText(mediaType, value, plan.argument);
  const isForm = parseMediaType(mediaType)?.essence === formMediaType;
  return isForm && isObject(value) ? text : percentEncode(text);
}

function isEmpty(value: JsonValue): boolean {
  if (isArray(value)) return value.length === 0;
  return value === "" || (isObject(value) && Object.keys(value).length === 0);
}
