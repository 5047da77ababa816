/** Who may sign in, with what, and who is signed in. */
@NullMarked
package io.atalaya.catalog.identity;

import org.jspecify.annotations.NullMarked;
