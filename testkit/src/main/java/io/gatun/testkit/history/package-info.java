/** What clients saw of a distributed object, and whether one copy of it could have answered them all. */
package io.gatun.testkit.history;
