/** Which rows of a table have a vector near to another: an index beside each data file, and the search in them. */
@NullMarked
package io.atalaya.lakehouse.vector;

import org.jspecify.annotations.NullMarked;
