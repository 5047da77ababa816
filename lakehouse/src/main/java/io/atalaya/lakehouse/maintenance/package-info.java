/** Removing what no snapshot needs. */
@NullMarked
package io.atalaya.lakehouse.maintenance;

import org.jspecify.annotations.NullMarked;
