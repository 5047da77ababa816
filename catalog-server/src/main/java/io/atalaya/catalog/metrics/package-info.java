/** Numbers for Prometheus. */
@NullMarked
package io.atalaya.catalog.metrics;

import org.jspecify.annotations.NullMarked;
