/** What columns hold, proposed from their names and values, and confirmed by people who may classify. */
@NullMarked
package io.atalaya.catalog.classify;

import org.jspecify.annotations.NullMarked;
