/** Reviews of access: whether those who have it still need it, what it was used for, and what was made of that. */
@NullMarked
package io.atalaya.catalog.review;

import org.jspecify.annotations.NullMarked;
