/** The formats of files, as people call them. */
export const fileFormats = { csv: "CSV", parquet: "Parquet" } as const;

/** Where a result is as a file; the service gives it to who ran the query alone. */
export const resultFile = (execution: string, format: keyof typeof fileFormats) =>
  `/api/v1/queries/${encodeURIComponent(execution)}/file?format=${format}`;
