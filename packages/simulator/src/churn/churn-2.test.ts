import { churnSuite } from "./churn-suite.ts";

churnSuite(1001, 1000);
