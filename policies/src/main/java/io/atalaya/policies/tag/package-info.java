@NullMarked
package io.atalaya.policies.tag;

import org.jspecify.annotations.NullMarked;
