/** Tables of the lakehouse as policies see them. */
@NullMarked
package io.atalaya.query.access;

import org.jspecify.annotations.NullMarked;
