@NullMarked
package io.atalaya.policies;

import org.jspecify.annotations.NullMarked;
