/** HTTP itself: the listener, authentication of requests, problems, health, the console's files. */
@NullMarked
package io.atalaya.catalog.http;

import org.jspecify.annotations.NullMarked;
