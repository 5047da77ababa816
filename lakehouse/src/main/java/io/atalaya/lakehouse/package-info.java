@NullMarked
package io.atalaya.lakehouse;

import org.jspecify.annotations.NullMarked;
