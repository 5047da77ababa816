/** Rows made in Java, handed to the engine while it writes. */
@NullMarked
package io.atalaya.lakehouse.feed;

import org.jspecify.annotations.NullMarked;
