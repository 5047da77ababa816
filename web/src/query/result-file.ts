/** The formats of files, as people call them. */
export const fileFormats = { csv: "CSV", parquet: "Parquet", arrow: "Arrow" } as const;

export type FileFormat = keyof typeof fileFormats;

/** Where a result is as a file; the service gives it to who ran the query alone. */
export const resultFile = (execution: string, format: FileFormat) =>
  `/api/v1/queries/${encodeURIComponent(execution)}/file?format=${format}`;
