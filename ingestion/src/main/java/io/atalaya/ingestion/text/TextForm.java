package io.atalaya.ingestion.text;

/**
 * The characters that structure a delimited text, all of them ASCII.
 *
 * @param quote 0 if the text has no quotes
 * @param lineEnd the last character of a line: LF, or CR in texts in which LF ends no line
 */
record TextForm(char delimiter, char quote, char lineEnd) {}
