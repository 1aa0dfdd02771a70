/** Who is offered what: dominant resource fairness over roles, behind an interface. */
package io.gatun.master.allocator;
