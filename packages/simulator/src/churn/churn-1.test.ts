import { churnSuite } from "./churn-suite.ts";

churnSuite(1, 1000);
