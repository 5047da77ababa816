/** Which columns of tables are made of which, as statements and pipelines made them. */
@NullMarked
package io.atalaya.catalog.lineage;

import org.jspecify.annotations.NullMarked;
