/** Files of rows in formats that the engine does not write: Avro and ORC. Rows pass one by one; what is held of them has a bound. */
@NullMarked
package io.atalaya.lakehouse.rowfile;

import org.jspecify.annotations.NullMarked;
