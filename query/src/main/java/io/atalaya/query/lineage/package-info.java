/** Where the values of a result come from, and what that means for who may see them. */
@NullMarked
package io.atalaya.query.lineage;

import org.jspecify.annotations.NullMarked;
