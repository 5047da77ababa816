/** What we claim about speed and durability, measured side by side in one run and printed as ratios. */
@NullMarked
package io.atalaya.benchmarks;

import org.jspecify.annotations.NullMarked;
