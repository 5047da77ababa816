/** Rows of the engine as files of Arrow: they leave it as columns, and as columns they are written. */
@NullMarked
package io.atalaya.lakehouse.arrow;

import org.jspecify.annotations.NullMarked;
