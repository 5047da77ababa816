@NullMarked
package io.atalaya.policies.code;

import org.jspecify.annotations.NullMarked;
