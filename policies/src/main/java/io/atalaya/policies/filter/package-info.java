@NullMarked
package io.atalaya.policies.filter;

import org.jspecify.annotations.NullMarked;
