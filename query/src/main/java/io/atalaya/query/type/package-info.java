/** Types of SQL as Trino has them: their names, how they convert, and what DuckDB calls them. */
@NullMarked
package io.atalaya.query.type;

import org.jspecify.annotations.NullMarked;
