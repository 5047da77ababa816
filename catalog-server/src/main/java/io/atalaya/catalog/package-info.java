@NullMarked
package io.atalaya.catalog;

import org.jspecify.annotations.NullMarked;
