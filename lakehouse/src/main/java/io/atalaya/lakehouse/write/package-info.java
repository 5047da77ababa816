/** From rows to committed snapshots: append, overwrite, merge by key, several tables at once. */
@NullMarked
package io.atalaya.lakehouse.write;

import org.jspecify.annotations.NullMarked;
