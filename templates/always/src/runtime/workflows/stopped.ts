/** Why a run stopped before its end, in words for the model. */
export class Stopped extends Error {}

/** A run that no action of a step keeps from stopping: it was cancelled, or has come to its limits. */
export class GivenUp extends Stopped {}
