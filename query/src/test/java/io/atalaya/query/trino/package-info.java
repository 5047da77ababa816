/** What Trino answers to statements, recorded, and the same statements asked here. */
@org.jspecify.annotations.NullMarked
package io.atalaya.query.trino;
