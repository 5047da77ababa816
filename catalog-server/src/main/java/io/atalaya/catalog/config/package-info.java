/** What the server is told before it starts. */
@NullMarked
package io.atalaya.catalog.config;

import org.jspecify.annotations.NullMarked;
