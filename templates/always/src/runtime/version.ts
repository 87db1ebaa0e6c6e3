/** Version of this runtime: that of the generator that it came with. */
export const runtimeVersion = "0.1.0";
