/** Quality gates. */
@NullMarked
package io.atalaya.ingestion.check;

import org.jspecify.annotations.NullMarked;
