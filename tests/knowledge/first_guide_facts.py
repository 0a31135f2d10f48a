"""Every fact of the first guide, as (heading path, pattern that its text must hold).

A pattern never runs over a line's end, so the words of one fact stand in one item or paragraph.
"""

from __future__ import annotations

GLANCE = "At a glance"
OVERVIEW = "Overview"
WAGES = "Wages and outlook > Wages"
OUTLOOK = "Wages and outlook > Outlook"
TRANSFERABLE = "Transferable skills > "
SKILLS = "Skills to learn > "
REALITY = "Reality check > "
ACTIONS = "Action plan > "
FAQ = "Frequently asked questions > "

ARCHITECTURE = TRANSFERABLE + "System Architecture"
APIS = TRANSFERABLE + "API Development"
CLOUD = TRANSFERABLE + "Cloud Platforms (AWS/GCP)"
DATA = TRANSFERABLE + "Data Management (SQL/NoSQL)"
DEVOPS = TRANSFERABLE + "DevOps & MLOps"

DEEP_LEARNING = SKILLS + "Deep Learning & Foundation Models"
DATA_ENGINEERING = SKILLS + "Data Engineering for AI"
LEADERSHIP = SKILLS + "Executive Leadership & Communication"
STRATEGY = SKILLS + "AI/ML Strategy & Business Alignment"
ETHICS = SKILLS + "Responsible AI & Ethics"
CHANGE = SKILLS + "Change Management & Organizational Design"

PHASE_1 = "Roadmap > Phase 1: Foundation & Self-Assessment"
PHASE_2 = "Roadmap > Phase 2: Deep Technical AI Skills"
PHASE_3 = "Roadmap > Phase 3: Business & Leadership Development"
PHASE_4 = "Roadmap > Phase 4: Strategic AI Leadership Experience"
TASKS = " > Tasks"
RESOURCES = " > Resources"

LOVE = REALITY + "What you'll love"
MISS = REALITY + "What you might miss"
CHALLENGES = REALITY + "Biggest challenges"
WEEK = ACTIONS + "This week"
MONTH = ACTIONS + "This month"
QUARTER = ACTIONS + "Next 90 days"

HOW_LONG = FAQ + "How long does it take to go from Backend Developer to Chief AI Officer?"

FACTS: tuple[tuple[str, str], ...] = (
    # Headline figures
    (GLANCE, r"^- Difficulty: Hard$"),
    (GLANCE, r"^- Timeline: 18-24 months$"),
    (GLANCE, r"^- Salary change: \+150%$"),
    (GLANCE, r"^- Demand: Rapidly growing"),
    (GLANCE, r"AI leadership first"),
    (GLANCE, r"CAIOs .*technical background .*high demand"),
    # Overview
    (OVERVIEW, r"Backend Developer into Chief AI Officer \(CAIO\) is a natural"),
    (OVERVIEW, r"systems that scale.*data.*integrate APIs.*AI infrastructure"),
    (OVERVIEW, r"cloud platforms, databases and system architecture"),
    (OVERVIEW, r"technical credibility that many would-be CAIOs do not have"),
    (OVERVIEW, r"AI strategy to its execution"),
    (OVERVIEW, r"strategic leadership, business acumen and knowledge of AI"),
    (OVERVIEW, r"understand AI models.*goals of the business"),
    (OVERVIEW, r"lead cross-functional teams and explain the value to executives"),
    (OVERVIEW, r"reliable, high-performance systems.*AI solutions that are robust and scale"),
    (OVERVIEW, r"critical advantage.*poor infrastructure.*AI fails"),
    (OVERVIEW, r"challenging.*upskilling.*executive communication and AI strategy"),
    (OVERVIEW, r"leadership post with high impact, autonomy and better compensation"),
    (OVERVIEW, r"technical contributor.*vision.*competitive advantage"),
    # Transferable skills
    (ARCHITECTURE, r"reliable systems that scale"),
    (ARCHITECTURE, r"infrastructure under large-scale model deployment"),
    (ARCHITECTURE, r"data pipelines"),
    (APIS, r"build and manage APIs is crucial"),
    (APIS, r"AI models are integrated into the business applications that already exist"),
    (APIS, r"data flows.*without friction"),
    (CLOUD, r"AI workloads.*essential"),
    (CLOUD, r"deploy those workloads, manage the compute"),
    (CLOUD, r"managed AI services, for example SageMaker and Vertex AI"),
    (DATA, r"Training data has to be prepared"),
    (DATA, r"AI-driven analytics"),
    (DATA, r"stored.*queried.*ETL"),
    (DEVOPS, r"CI/CD, monitoring and automation.*MLOps"),
    (DEVOPS, r"life cycle of machine learning models and the pipelines that deploy them"),
    # Skills to learn
    (DEEP_LEARNING, r"^- Priority: Important$"),
    (DEEP_LEARNING, r"^- Weeks: 20$"),
    (DEEP_LEARNING, r"'Deep Learning Specialization', Andrew Ng's series on Coursera"),
    (DEEP_LEARNING, r"^- Course: 'Deep Learning Specialization' by Andrew Ng \(Coursera\)$"),
    (DEEP_LEARNING, r"CS224N, Stanford's course.*free online"),
    (
        DEEP_LEARNING,
        r"^- Course: 'CS224N: Natural Language Processing with Deep Learning' "
        r"\(Stanford\): free online$",
    ),
    (DEEP_LEARNING, r"transformers and large language models \(LLMs\)"),
    (DATA_ENGINEERING, r"^- Priority: Important$"),
    (DATA_ENGINEERING, r"^- Weeks: 12$"),
    (
        DATA_ENGINEERING,
        r"one of two courses: 'Data Engineering on Google Cloud Platform', "
        r"or .*'AWS Certified Data Analytics - Specialty'",
    ),
    (DATA_ENGINEERING, r"^- Course: 'Data Engineering on Google Cloud Platform'"),
    (DATA_ENGINEERING, r"^- Certification: 'AWS Certified Data Analytics - Specialty'"),
    (DATA_ENGINEERING, r"data pipelines for machine learning.*Apache Spark"),
    (DATA_ENGINEERING, r"data pipelines for machine learning.*Airflow"),
    (LEADERSHIP, r"^- Priority: Critical$"),
    (LEADERSHIP, r"^- Weeks: 12$"),
    (LEADERSHIP, r"executive leadership programme"),
    (LEADERSHIP, r"^- Course: 'Leading in the Digital Age' \(Harvard Business School\)$"),
    (
        LEADERSHIP,
        r"^- Course: 'Executive Program for Women Leaders' \(Stanford\): or a general",
    ),
    (LEADERSHIP, r"Stanford has the 'Executive Program for Women Leaders', and a general"),
    (LEADERSHIP, r"present to stakeholders who are not technical, at Toastmasters"),
    (LEADERSHIP, r"internal projects that cross departments"),
    (STRATEGY, r"^- Priority: Critical$"),
    (STRATEGY, r"^- Weeks: 16$"),
    (
        STRATEGY,
        r"^- Course: 'Artificial Intelligence: Implications for Business Strategy' \(MIT Sloan\)$",
    ),
    (STRATEGY, r"^- Course: 'AI Strategy and Governance' \(Wharton on Coursera\)$"),
    (STRATEGY, r"^- Book: 'Competing in the Age of AI' by Iansiti and Lakhani$"),
    (
        STRATEGY,
        r"'Artificial Intelligence: Implications for Business Strategy' from MIT Sloan "
        r"or Wharton's 'AI Strategy and Governance', which is on Coursera",
    ),
    (ETHICS, r"^- Priority: Nice to have$"),
    (ETHICS, r"'AI For Everyone' on Coursera.*'Responsible AI Practices', the guide that Google"),
    (ETHICS, r"^- Weeks: 6$"),
    (ETHICS, r"^- Course: 'AI For Everyone' by Andrew Ng \(Coursera\)$"),
    (ETHICS, r"^- Book: 'Weapons of Math Destruction' by Cathy O'Neil$"),
    (ETHICS, r"^- Article: 'Responsible AI Practices' \(Google\)$"),
    (CHANGE, r"^- Priority: Nice to have$"),
    (CHANGE, r"^- Weeks: 8$"),
    (CHANGE, r"^- Book: 'Leading Change' by John Kotter$"),
    (CHANGE, r"^- Course: 'Change Management Foundations' \(LinkedIn Learning\)$"),
    (CHANGE, r"Google or Microsoft structure their AI teams"),
    # Phase 1
    (PHASE_1, r"^- Weeks: 4$"),
    (PHASE_1 + TASKS, r"how much you know about AI.*where the gaps are"),
    (PHASE_1 + TASKS, r"self-assessment tool such as an AI competency matrix"),
    (PHASE_1 + TASKS, r"learning schedule.*10-15 hours a week for study and projects"),
    (PHASE_1 + TASKS, r"learn about AI.*blog or as an internal knowledge base"),
    (PHASE_1 + RESOURCES, r"^- Course: 'AI For Everyone' by Andrew Ng \(Coursera\)$"),
    (
        PHASE_1 + RESOURCES,
        r"^- Book: 'Artificial Intelligence: A Guide for Thinking Humans' by Melanie Mitchell$",
    ),
    # Phase 2
    (PHASE_2, r"^- Weeks: 16$"),
    (PHASE_2 + TASKS, r"specialization in deep learning.*Andrew Ng's 'Deep Learning Special"),
    (PHASE_2 + TASKS, r"backend skills into a machine learning \(ML\) project.*end to end"),
    (PHASE_2 + TASKS, r"recommendation system or an API for sentiment analysis"),
    (PHASE_2 + TASKS, r"Learn MLOps.*model into production on AWS or GCP"),
    (PHASE_2 + TASKS, r"into production.*with monitoring and CI/CD"),
    (PHASE_2 + RESOURCES, r"^- Course: 'Deep Learning Specialization' \(Coursera\)$"),
    (
        PHASE_2 + RESOURCES,
        r"^- Book: 'Hands-On Machine Learning with Scikit-Learn, Keras, and TensorFlow' "
        r"by Aurélien Géron$",
    ),
    (PHASE_2 + RESOURCES, r"^- Platform: 'Kaggle': practice datasets and competitions$"),
    # Phase 3
    (PHASE_3, r"^- Weeks: 12$"),
    (PHASE_3 + TASKS, r"executive programme in AI strategy.*MIT Sloan"),
    (PHASE_3 + TASKS, r"executive programme in AI strategy.*Wharton"),
    (PHASE_3 + TASKS, r"Volunteer for cross-functional projects.*business stakeholders.*shadow"),
    (PHASE_3 + TASKS, r"AI concepts to people without a technical background"),
    (PHASE_3 + TASKS, r"internal meetings or at meetups"),
    (
        PHASE_3 + RESOURCES,
        r"^- Course: 'Artificial Intelligence: Implications for Business Strategy' \(MIT Sloan\)$",
    ),
    (PHASE_3 + RESOURCES, r"^- Book: 'Competing in the Age of AI' by Iansiti and Lakhani$"),
    (PHASE_3 + RESOURCES, r"^- Platform: 'Toastmasters': communication skills$"),
    # Phase 4
    (PHASE_4, r"^- Weeks: 24$"),
    (PHASE_4 + TASKS, r"small AI project or task force in the organisation you work for now"),
    (PHASE_4 + TASKS, r"project or task force.*business alignment"),
    (PHASE_4 + TASKS, r"proposal for an AI strategy.*real business problem"),
    (PHASE_4 + TASKS, r"present the proposal to your leadership"),
    (PHASE_4 + TASKS, r"network of them: on LinkedIn"),
    (PHASE_4 + TASKS, r"at AI conferences and in the local chapters that AI associations have"),
    (PHASE_4 + RESOURCES, r"^- Book: 'The AI Ladder' by Rob Thomas$"),
    (PHASE_4 + RESOURCES, r"^- Conference: 'O'Reilly AI Conference or NeurIPS'"),
    (PHASE_4 + RESOURCES, r"^- Network: 'AI Leaders LinkedIn group'$"),
    # Reality check
    (LOVE, r"strategic direction.*whole organisation adopts AI"),
    (LOVE, r"lead initiatives of high impact"),
    (LOVE, r"drive revenue, efficiency and innovation"),
    (LOVE, r"C-suite and with board members"),
    (LOVE, r"influence key decisions"),
    (LOVE, r"build a team of AI professionals, mentor its members"),
    (LOVE, r"foster a learning culture"),
    (MISS, r"Coding with your own hands every day"),
    (MISS, r"solving complex technical problems"),
    (MISS, r"Shipping code, watching it run in production.*feedback at once"),
    (MISS, r"relative stability and its clear technical responsibilities"),
    (MISS, r"Contributing on your own.*managing people and from politics"),
    (CHALLENGES, r"develop executive presence"),
    (CHALLENGES, r"technical AI concepts to stakeholders who are not technical"),
    (CHALLENGES, r"strategic vision against the need for tangible results that come quickly"),
    (CHALLENGES, r"organisational politics"),
    (CHALLENGES, r"buy-in for AI initiatives from teams that resist"),
    (CHALLENGES, r"stay current while AI technologies evolve rapidly"),
    (CHALLENGES, r"leadership role keeps your schedule busy"),
    # Action plan
    (WEEK, r"Sign up for 'AI For Everyone' on Coursera.*basic AI literacy"),
    (WEEK, r"one business problem at the company you work for now.*AI could add value"),
    (WEEK, r"write down your first thoughts"),
    (WEEK, r"LinkedIn profile up to date.*AI learning"),
    (WEEK, r"connect with CAIOs or other AI leaders"),
    (MONTH, r"Finish the 'AI For Everyone' course"),
    (MONTH, r"blog post or pass on what you learnt to your team"),
    (MONTH, r"Begin the 'Deep Learning Specialization'"),
    (MONTH, r"'Deep Learning Specialization' and give it 10 hours a week"),
    (MONTH, r"two or more online communities about AI"),
    (MONTH, r"online communities.*r/MachineLearning"),
    (MONTH, r"online communities.*AI Alignment Forum"),
    (MONTH, r"take part in their discussions"),
    (QUARTER, r"first three courses in the 'Deep Learning Specialization'"),
    (QUARTER, r"backend skills to build and deploy a simple ML model"),
    (QUARTER, r"predictive API.*write down how you did it"),
    (QUARTER, r"manager for a meeting, say that AI leadership interests you"),
    (QUARTER, r"request opportunities to work on projects related to AI"),
    # How long it takes
    (HOW_LONG, r"18-24 months of intensive learning combined with strategic career moves"),
    (HOW_LONG, r"6-8 months go into building deep AI knowledge"),
    (HOW_LONG, r" 6 months into gaining leadership experience"),
    (HOW_LONG, r"6-12 months into positioning yourself for an executive role"),
    (HOW_LONG, r"shorter.*some AI exposure"),
    (HOW_LONG, r"shorter.*transition within the organisation where they work now"),
    # Statistics of the occupations that stand in for the two roles
    (WAGES, r"^- Median wage before: \$135,980 a year \(Software Developers\)$"),
    (
        WAGES,
        r"^- Median wage after: \$175,140 a year \(Computer and Information Systems Managers\)$",
    ),
    (WAGES, r"^- Wage range after: \$138,060 to \$220,730 a year"),
    (WAGES, r"^- Change between medians: \+28\.8%$"),
    (WAGES, r"Occupational Employment and Wage Statistics, May 2025"),
    (WAGES, r"Software Developers and Computer and Information Systems Managers stand in"),
    (WAGES, r"\+150% is the guide's own editorial estimate"),
    (WAGES, r"Neither figure is a promise"),
    (OUTLOOK, r"^- Job growth 2024-34: 15\.2%$"),
    (OUTLOOK, r"^- Openings a year: 55,600$"),
    (OUTLOOK, r"^- Usual entry education: Bachelor's degree$"),
    (OUTLOOK, r"^- Usual experience: 5 years or more$"),
    (OUTLOOK, r"Employment Projections 2024-34"),
    # What the guide's own figures add up to
    (FAQ + "Do the weeks of the phases add up to the 18-24 months?", r"56 weeks"),
    (FAQ + "Do the weeks of the phases add up to the 18-24 months?", r"74 weeks"),
    (FAQ + "Do the weeks of the phases add up to the 18-24 months?", r"18-26 months"),
)
