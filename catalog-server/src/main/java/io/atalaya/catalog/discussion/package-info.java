/** What people say to each other about datasets. */
@NullMarked
package io.atalaya.catalog.discussion;

import org.jspecify.annotations.NullMarked;
