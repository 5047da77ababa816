/** Definitions: what statements say about databases, tables and views, and Athena's own grammar for them. */
@NullMarked
package io.atalaya.query.ddl;

import org.jspecify.annotations.NullMarked;
