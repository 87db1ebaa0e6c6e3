/** Types of the tools of one API, and of what they take and give. Generated: do not edit. */

export interface Station {
  id: number;
  name: string;
  region?: string;
}

/** Arguments of the tool `list_stations`. */
export interface ListStationsArguments {
  /** Only those of a region, such as *north* | *south*. */
  region?: string;
  near?: string;
}

/** Result of the tool `list_stations`. */
export type ListStationsResult = Station[];

/** Arguments of the tool `set_alarm`. */
export interface SetAlarmArguments {
  station: number;
  /** Height from which the alarm sounds. */
  metres: number;
}

/** Result of the tool `set_alarm`. */
export type SetAlarmResult = unknown;

/** Arguments of the tool `list_tides`. */
export interface ListTidesArguments {
  /** Identifier of the station. */
  station: number;
  day: string;
}

/** Result of the tool `list_tides`. */
export type ListTidesResult = {
  time: string;
  metres: number;
}[];

/** Arguments of the tool `health`. */
export interface HealthArguments {
  [key: string]: never;
}

/** Result of the tool `health`. */
export type HealthResult = unknown;

/** The tools by name. */
export interface Tools {
  /**
   * Lists the stations, by name | by region. `near` takes
   * {{latitude}},{{longitude}}.
   */
  list_stations: {
    arguments: ListStationsArguments;
    result: ListStationsResult;
  };
  /** Set the alarm of a station */
  set_alarm: {
    arguments: SetAlarmArguments;
    result: SetAlarmResult;
  };
  /** List the tides of a day */
  list_tides: {
    arguments: ListTidesArguments;
    result: ListTidesResult;
  };
  /** Is the service up? */
  health: {
    arguments: HealthArguments;
    result: HealthResult;
  };
}
