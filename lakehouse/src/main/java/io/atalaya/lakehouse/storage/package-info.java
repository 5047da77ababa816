/** Files below the warehouse folder: written once, on disk before anyone is told, never outside the folder. */
@NullMarked
package io.atalaya.lakehouse.storage;

import org.jspecify.annotations.NullMarked;
