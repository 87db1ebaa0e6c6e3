/** Types of the tools of one API, and of what they take and give. Generated: do not edit. */

export interface Order {
  petId: number;
  quantity: number;
  express?: boolean;
  id?: string;
}

export interface OrderInput {
  petId: number;
  quantity: number;
  express?: boolean;
}

export type Status = "available" | "pending" | "sold";

export interface PetPage {
  pets: Pet[];
  /** Cursor of the next page. */
  next?: string;
}

export interface Pet {
  id: number;
  name: string;
  parents?: Pet[];
  status?: Status;
  tag?: string | null;
}

export interface PetInput {
  name: string;
  parents?: PetInput[];
  status?: Status;
  tag?: string | null;
}

/** Arguments of the tool `list_pets`. */
export interface ListPetsArguments {
  /** How many to return. */
  limit?: number;
  status?: Status[];
  cursor?: string;
  /** Appears in the log of the store. */
  "X-Request-ID"?: string;
}

/** Result of the tool `list_pets`. */
export type ListPetsResult = PetPage;

/** Arguments of the tool `create_pet`. */
export interface CreatePetArguments {
  /** Appears in the log of the store. */
  "X-Request-ID"?: string;
  name: string;
  parents?: PetInput[];
  status?: Status;
  tag?: string | null;
  /** Media type to send the body as. */
  content_type?: "application/json" | "application/xml";
}

/** Result of the tool `create_pet`. */
export type CreatePetResult = Pet;

/** Arguments of the tool `search_pets`. */
export interface SearchPetsArguments {
  name: string;
  fuzzy?: boolean;
}

/** Result of the tool `search_pets`. */
export type SearchPetsResult = Pet[];

/** Arguments of the tool `get_pet`. */
export interface GetPetArguments {
  petId: number;
}

/** Result of the tool `get_pet`. */
export type GetPetResult = Pet;

/** Arguments of the tool `update_pet`. */
export interface UpdatePetArguments {
  petId: number;
  name?: string;
  status?: Status;
  tag?: string | null;
}

/** Result of the tool `update_pet`. */
export type UpdatePetResult = Pet;

/** Arguments of the tool `delete_pet`. */
export interface DeletePetArguments {
  petId: number;
}

/** Result of the tool `delete_pet`. */
export type DeletePetResult = unknown;

/** Arguments of the tool `get_photo`. */
export interface GetPhotoArguments {
  petId: number;
}

/** Result of the tool `get_photo`. */
export type GetPhotoResult = unknown;

/** Arguments of the tool `set_photo`. */
export interface SetPhotoArguments {
  petId: number;
  photo:
    | string
    | {
        data?: string;
        path?: string;
        url?: string;
        filename?: string;
        media_type?: string;
      };
  caption?: string;
}

/** Result of the tool `set_photo`. */
export type SetPhotoResult = unknown;

/** Arguments of the tool `list_orders`. */
export interface ListOrdersArguments {
  [key: string]: never;
}

/** Result of the tool `list_orders`. */
export type ListOrdersResult = Order[];

/** Arguments of the tool `place_order`. */
export interface PlaceOrderArguments {
  petId: number;
  quantity: number;
  express?: boolean;
}

/** Result of the tool `place_order`. */
export type PlaceOrderResult = Order;

/** Arguments of the tool `get_order`. */
export interface GetOrderArguments {
  orderId: string;
}

/** Result of the tool `get_order`. */
export type GetOrderResult = Order;

/** Arguments of the tool `health`. */
export interface HealthArguments {
  [key: string]: never;
}

/** Result of the tool `health`. */
export type HealthResult = unknown;

/** The tools by name. */
export interface Tools {
  /** Lists pets, the youngest first. */
  list_pets: {
    arguments: ListPetsArguments;
    result: ListPetsResult;
  };
  /** Add a pet */
  create_pet: {
    arguments: CreatePetArguments;
    result: CreatePetResult;
  };
  /** Search pets by name */
  search_pets: {
    arguments: SearchPetsArguments;
    result: SearchPetsResult;
  };
  /** Get a pet */
  get_pet: {
    arguments: GetPetArguments;
    result: GetPetResult;
  };
  /** Change a pet */
  update_pet: {
    arguments: UpdatePetArguments;
    result: UpdatePetResult;
  };
  /** Remove a pet */
  delete_pet: {
    arguments: DeletePetArguments;
    result: DeletePetResult;
  };
  /** Get the photo of a pet */
  get_photo: {
    arguments: GetPhotoArguments;
    result: GetPhotoResult;
  };
  /** Replace the photo of a pet */
  set_photo: {
    arguments: SetPhotoArguments;
    result: SetPhotoResult;
  };
  /** List orders */
  list_orders: {
    arguments: ListOrdersArguments;
    result: ListOrdersResult;
  };
  /** Order a pet */
  place_order: {
    arguments: PlaceOrderArguments;
    result: PlaceOrderResult;
  };
  /** Get an order */
  get_order: {
    arguments: GetOrderArguments;
    result: GetOrderResult;
  };
  /** Is the store open? */
  health: {
    arguments: HealthArguments;
    result: HealthResult;
  };
}
