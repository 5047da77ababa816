/** A name of Arrow's Java libraries that DuckDB's driver looks for. */
@NullMarked
package org.apache.arrow.memory;

import org.jspecify.annotations.NullMarked;
