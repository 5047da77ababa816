/** Charts: saved queries that are drawn, pages of them, and who may know of which. */
@NullMarked
package io.atalaya.catalog.chart;

import org.jspecify.annotations.NullMarked;
