@NullMarked
package dev.sluice.loader.login;

import org.jspecify.annotations.NullMarked;
