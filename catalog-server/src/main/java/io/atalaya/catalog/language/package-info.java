/** The languages in which the service speaks to people. */
@NullMarked
package io.atalaya.catalog.language;

import org.jspecify.annotations.NullMarked;
