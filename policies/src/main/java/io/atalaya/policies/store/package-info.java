/** Policies as rows of the metadata database. */
@NullMarked
package io.atalaya.policies.store;

import org.jspecify.annotations.NullMarked;
