/** Named sets of queries with limits of their own. */
@NullMarked
package io.atalaya.query.workgroup;

import org.jspecify.annotations.NullMarked;
