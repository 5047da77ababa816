/** The Iceberg catalog: namespaces with a zone, tables as pointers to their metadata, commits by compare-and-set. */
@NullMarked
package io.atalaya.lakehouse.catalog;

import org.jspecify.annotations.NullMarked;
