/**
 * From a syntax tree to SQL for DuckDB: every name resolved, every expression typed, every table behind its policy.
 *
 * <p>What is printed holds no identifier of the user's: tables, columns and lambda arguments get names of ours, text comes
 * back as quoted literals, and functions come from {@link io.atalaya.query.compile.FunctionCatalog}.
 */
@NullMarked
package io.atalaya.query.compile;

import org.jspecify.annotations.NullMarked;
