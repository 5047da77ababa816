/** The REST API, one class of routes for each feature. */
@NullMarked
package io.atalaya.catalog.rest;

import org.jspecify.annotations.NullMarked;
