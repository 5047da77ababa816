/** The dataset registry: what people say about tables, and what each principal may find. */
@NullMarked
package io.atalaya.catalog.dataset;

import org.jspecify.annotations.NullMarked;
