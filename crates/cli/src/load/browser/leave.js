return globalThis.everfreshUnderLoad?.metrics() ?? null;
