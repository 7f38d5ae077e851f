/** Set by the build. */
declare const EVERFRESH_VERSION: string;

/** Version of the package. */
export const version: string = EVERFRESH_VERSION;
